"""The help centre: articles, their categories, and how they are found."""
