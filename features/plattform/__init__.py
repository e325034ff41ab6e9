"""The technical profile, tested in every suite: a folder of features a role, and their steps."""
