// Prints what where.js answers: node run.js where.js EXPORTED.json QUERIES.json
const fs = require("fs");
const path = require("path");

const [script, exported, queries] = process.argv.slice(2).map((name) => path.resolve(name));
const Where = require(script);
const all = JSON.parse(fs.readFileSync(exported, "utf8"));
const answers = JSON.parse(fs.readFileSync(queries, "utf8")).map((query) => {
  try {
    return Where.search(query, all);
  } catch (error) {
    if (!(error instanceof Where.WhereError)) throw error;
    return error.message;
  }
});
process.stdout.write(JSON.stringify(answers));
