// Asks the YAML language server about documents, as an editor would, and prints what it answers as JSON.
//
//   node language_server.mjs SERVER SCHEMA QUESTIONS
//
// QUESTIONS is a JSON list of { "text": ..., "at": [line, column] or null }; lines and columns from 0. The answer is a list of
// { "problems": [...], "completions": [...] }.

import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const [server, schema, questions] = process.argv.slice(2);
const child = spawn(process.execPath, [server, "--stdio"], { stdio: ["pipe", "pipe", "inherit"] });

let next = 1;
const waiting = new Map();
const problems = new Map();
const settings = {
  yaml: {
    validate: true,
    completion: true,
    hover: true,
    schemaStore: { enable: false },
    schemas: { [pathToFileURL(schema).href]: ["*.yaml"] },
  },
};

function send(message) {
  const body = JSON.stringify({ jsonrpc: "2.0", ...message });
  child.stdin.write(`Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
}

function ask(method, params) {
  const id = next++;
  send({ id, method, params });
  return new Promise((resolve, reject) => waiting.set(id, { resolve, reject }));
}

function receive(message) {
  if (message.method === "textDocument/publishDiagnostics") {
    const { uri, diagnostics } = message.params;
    problems.get(uri)?.(diagnostics);
  } else if (message.method && message.id !== undefined) {
    const section = message.method === "workspace/configuration";
    const result = section ? message.params.items.map((item) => settings[item.section] ?? null) : null;
    send({ id: message.id, result });
  } else if (message.id !== undefined) {
    const { resolve, reject } = waiting.get(message.id);
    waiting.delete(message.id);
    message.error ? reject(new Error(message.error.message)) : resolve(message.result);
  }
}

let buffer = Buffer.alloc(0);
child.stdout.on("data", (chunk) => {
  buffer = Buffer.concat([buffer, chunk]);
  for (;;) {
    const end = buffer.indexOf("\r\n\r\n");
    if (end < 0) return;
    const length = Number(/Content-Length: (\d+)/i.exec(buffer.subarray(0, end).toString())[1]);
    if (buffer.length < end + 4 + length) return;
    const body = buffer.subarray(end + 4, end + 4 + length).toString();
    buffer = buffer.subarray(end + 4 + length);
    receive(JSON.parse(body));
  }
});

await ask("initialize", {
  processId: process.pid,
  rootUri: null,
  capabilities: {
    workspace: { configuration: true, didChangeConfiguration: {} },
    textDocument: { completion: { completionItem: { snippetSupport: true } } },
  },
});
send({ method: "initialized", params: {} });
send({ method: "workspace/didChangeConfiguration", params: { settings } });

const answers = [];
for (const [place, { text, at }] of JSON.parse(readFileSync(questions, "utf8")).entries()) {
  const uri = `file:///question_${place}.yaml`;
  const told = new Promise((resolve) => problems.set(uri, resolve));
  send({
    method: "textDocument/didOpen",
    params: { textDocument: { uri, languageId: "yaml", version: 1, text } },
  });
  const found = (await told).map((problem) => `${problem.range.start.line}: ${problem.message}`);
  let completions = [];
  if (at) {
    const [line, character] = at;
    const list = await ask("textDocument/completion", { textDocument: { uri }, position: { line, character } });
    completions = (list?.items ?? list ?? []).map((item) => item.label);
  }
  answers.push({ problems: found, completions });
}
console.log(JSON.stringify(answers));
child.kill();
process.exit(0);
