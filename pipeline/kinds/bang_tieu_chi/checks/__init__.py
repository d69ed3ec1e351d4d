"""Rules about the scored table and the targets that communes fill in."""
