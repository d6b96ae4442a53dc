"use strict";

const place = document.getElementById("swagger-ui");

const docs = SwaggerUIBundle({
  domNode: place,
  url: place.dataset.document,
  deepLinking: true,
  displayRequestDuration: true,
  docExpansion: "list",
  defaultModelsExpandDepth: 0,
  // The default asks a validator on the Internet.
  validatorUrl: null,
  onComplete() {
    // Whoever logged in through the simulator in this tab needs not copy the token.
    const token = sessionStorage.getItem("houqin.token");
    if (token) docs.preauthorizeApiKey("bearer", token);
  },
});
