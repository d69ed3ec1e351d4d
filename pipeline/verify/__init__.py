"""Read finished files back with other code than wrote them, and hold them to what they must say."""
