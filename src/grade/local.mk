# grade: nothing yet
