"""Where files are: a folder, an S3-compatible bucket, an SFTP server. All of it through fsspec."""
