alert("chirp");
