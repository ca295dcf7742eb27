# dispatch: nothing yet
