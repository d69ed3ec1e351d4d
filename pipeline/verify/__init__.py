"""Read finished files back with other code than wrote them, and compare them with what they must say."""
