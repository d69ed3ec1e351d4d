"""What a command does over many documents: render, build, check, look through again; here and on a cluster."""
