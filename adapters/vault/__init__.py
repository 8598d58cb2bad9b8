"""The vault: where the content of evidence lies, each file once, under the hash of what it holds."""
