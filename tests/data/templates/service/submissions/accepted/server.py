import json
import os
from http.server import BaseHTTPRequestHandler, HTTPServer

ANSWERS = {"/health": {"status": "ok"}, "/info": {"name": "counter"},
           "/count": {"count": 1}}


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        answer = ANSWERS.get(self.path)
        self.send_response(200 if answer else 404)
        self.end_headers()
        self.wfile.write(json.dumps(answer).encode())


HTTPServer(("127.0.0.1", int(os.environ["PORT"])), Handler).serve_forever()
