// Draws the first page of a PDF with pdf.js: FOLDER-OF-PACKAGES FILE.pdf FILE.png WIDTH
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";

const [packages, source, target, width] = process.argv.slice(2);
const { getDocument } = await import(createRequire(`${packages}/`).resolve("pdfjs-dist/legacy/build/pdf.mjs"));
const file = await getDocument({ data: new Uint8Array(readFileSync(source)), verbosity: 0 }).promise;
const page = await file.getPage(1);
const viewport = page.getViewport({ scale: width / page.getViewport({ scale: 1 }).width });
const { canvas, context } = file.canvasFactory.create(Math.round(viewport.width), Math.round(viewport.height));
await page.render({ canvas, canvasContext: context, viewport }).promise;
writeFileSync(target, canvas.toBuffer("image/png"));
