# wire: nothing yet
