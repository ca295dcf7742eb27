# sql: nothing yet
