// Prints what an expression over scripts of pages is: node run.js FOLDER "units bytes" GIVEN.json EXPRESSION
const fs = require("fs");
const path = require("path");
const vm = require("vm");

const [folder, scripts, given, expression] = process.argv.slice(2);
const context = vm.createContext({ given: JSON.parse(fs.readFileSync(given, "utf8")), archposter: {}, BigInt });
const text = scripts.split(" ").map((name) => fs.readFileSync(path.join(folder, `${name}.js`), "utf8"));
process.stdout.write(JSON.stringify(vm.runInContext(`${text.join("\n")}\n;(${expression})`, context)));
