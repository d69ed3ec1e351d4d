"""What a published folder is: records, the manifest, pages, archives, and the only writer there."""
