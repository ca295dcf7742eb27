# store: nothing yet
