# nginx: nothing yet
