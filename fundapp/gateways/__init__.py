"""The world outside: mail, files, the keys of secrets; each with a real default and a fake for tests."""
