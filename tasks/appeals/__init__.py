"""Appeals (R73, R75): registering what is forwarded, answering, reporting, mediating, filing, reminding."""
