// Turns a manifest into a TypeScript program in which each of its objects is a literal of its Kubernetes type: compiling
// that finds unknown, missing and mistyped fields, running it applies the JSON schema.
import { readFileSync } from "node:fs";
import { parseAllDocuments } from "yaml";

const file = process.argv[2];
parseAllDocuments(readFileSync(file, "utf8"), { merge: true, version: "1.1" }).forEach((document, index) => {
    if (document.errors.length > 0) {
        throw document.errors[0];
    }

    // The class stands for these two.
    const { apiVersion, kind, ...fields } = document.toJS();
    const name = `${kind}${index}`;
    console.log(`import { ${kind} as ${name} } from "kubernetes-models/${apiVersion}/${kind}";`);
    console.log(`new ${name}(${JSON.stringify(fields, null, 2)}).validate();`);
    console.log(`console.log("valid: ${file} ${kind} ${fields.metadata.name}");`);
});
