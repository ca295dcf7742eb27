# core: nothing yet
