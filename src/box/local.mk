# box: nothing yet
