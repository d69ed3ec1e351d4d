"""The ranking of a year's communes: percentages, ranks, classes, and who has not handed in."""
