document.querySelector("img").addEventListener("click", () => {});
