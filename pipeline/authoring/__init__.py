"""Help for people who write data: schemas for editors, the canonical form, new files, samples."""
