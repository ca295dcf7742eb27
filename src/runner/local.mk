# runner: nothing yet
