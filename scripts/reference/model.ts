// What the package offers, read off its sources: components, the records they take and give, and sets of values.
import * as fs from "node:fs";
import * as path from "node:path";

import * as ts from "typescript";

/** A field of a record, an output of a component, or one of a set of values. */
export interface Member {
    name: string;
    /** As TypeScript has it; of one of a set of values the value. */
    type: string;
    optional: boolean;
    text: string;
    /** What `@default` says. */
    fallback?: string;
}

/** A record, or a set of values. */
export interface Described {
    name: string;
    text: string;
    members: Member[];
}

/** A component: its members are its outputs. */
export interface Component extends Described {
    /** The name of the record of its arguments. */
    args: string;
}

/** All that is exported. */
export interface Reference {
    components: Component[];
    records: Described[];
    values: Described[];
}

type Declaration = ts.ClassDeclaration | ts.InterfaceDeclaration | ts.VariableStatement;

/** Reads what the package's index exports. */
export function readReference(components: string): Reference {
    const declared = declarations(components);
    const exported = exportedNames(parse(path.join(components, "index.ts")));
    const reference: Reference = { components: [], records: [], values: [] };
    for (const name of exported) {
        for (const node of declared.get(name) ?? []) {
            if (ts.isClassDeclaration(node)) {
                reference.components.push(component(name, node));
            } else if (ts.isInterfaceDeclaration(node)) {
                reference.records.push({ name, text: textOf(node), members: fields(node, declared) });
            } else {
                reference.values.push({ name, text: textOf(node), members: values(node) });
            }
        }
    }
    return reference;
}

function parse(file: string): ts.SourceFile {
    return ts.createSourceFile(file, fs.readFileSync(file, "utf8"), ts.ScriptTarget.Latest, true);
}

/** All that is declared and exported in any file, by name. */
function declarations(folder: string): Map<string, Declaration[]> {
    const found = new Map<string, Declaration[]>();
    const files = fs
        .readdirSync(folder, { recursive: true, encoding: "utf8" })
        .filter((file) => file.endsWith(".ts") && file !== "index.ts")
        .sort();
    for (const statement of files.flatMap((file) => [...parse(path.join(folder, file)).statements])) {
        for (const name of isExported(statement) ? namesOf(statement) : []) {
            found.set(name, [...(found.get(name) ?? []), statement as Declaration]);
        }
    }
    return found;
}

function isExported(statement: ts.Statement): boolean {
    return ts.canHaveModifiers(statement) && hasModifier(statement, ts.SyntaxKind.ExportKeyword);
}

function hasModifier(node: ts.HasModifiers, kind: ts.SyntaxKind): boolean {
    return ts.getModifiers(node)?.some((modifier) => modifier.kind === kind) ?? false;
}

function namesOf(statement: ts.Statement): string[] {
    if ((ts.isClassDeclaration(statement) || ts.isInterfaceDeclaration(statement)) && statement.name) {
        return [statement.name.text];
    }
    return ts.isVariableStatement(statement)
        ? statement.declarationList.declarations.map(({ name }) => name.getText())
        : [];
}

function exportedNames(index: ts.SourceFile): string[] {
    const names = index.statements
        .filter(ts.isExportDeclaration)
        .flatMap(({ exportClause }) => (exportClause && ts.isNamedExports(exportClause) ? [...exportClause.elements] : []))
        .map(({ name }) => name.text);
    return [...new Set(names)].sort((a, b) => a.localeCompare(b));
}

function component(name: string, node: ts.ClassDeclaration): Component {
    const outputs = node.members
        .filter(ts.isPropertyDeclaration)
        .filter((member) => !hasModifier(member, ts.SyntaxKind.PrivateKeyword) && !hasModifier(member, ts.SyntaxKind.StaticKeyword));
    const [, args] = node.members.find(ts.isConstructorDeclaration)?.parameters ?? [];
    return { name, text: textOf(node), args: args?.type?.getText() ?? "", members: outputs.map(member) };
}

/** The fields of a record, with those that it takes from others. */
function fields(node: ts.InterfaceDeclaration, declared: Map<string, Declaration[]>): Member[] {
    const others = (node.heritageClauses ?? [])
        .flatMap(({ types }) => [...types])
        .flatMap(({ expression }) => declared.get(expression.getText()) ?? [])
        .filter(ts.isInterfaceDeclaration);
    const own = node.members.filter(ts.isPropertySignature).map(member);
    const inherited = others.flatMap((other) => fields(other, declared));
    return [...own, ...inherited.filter(({ name }) => !own.some((each) => each.name === name))];
}

function member(node: ts.PropertyDeclaration | ts.PropertySignature): Member {
    const fallback = ts.getJSDocTags(node).find(({ tagName }) => tagName.text === "default");
    return {
        name: node.name.getText(),
        type: oneLine(node.type?.getText() ?? ""),
        optional: node.questionToken !== undefined,
        text: textOf(node),
        ...(fallback && { fallback: oneLine(ts.getTextOfJSDocComment(fallback.comment) ?? "") }),
    };
}

/** The values of `export const Name = { Key: "value" } as const`. */
function values(node: ts.VariableStatement): Member[] {
    const [{ initializer }] = node.declarationList.declarations;
    const object = initializer && ts.isAsExpression(initializer) ? initializer.expression : initializer;
    return object && ts.isObjectLiteralExpression(object)
        ? object.properties.filter(ts.isPropertyAssignment).map((each) => ({
              name: each.name.getText(),
              type: each.initializer.getText(),
              optional: false,
              text: textOf(each),
          }))
        : [];
}

/** What stands above a declaration, without its tags. */
function textOf(node: ts.Node): string {
    const comments = ts.getJSDocCommentsAndTags(node).filter(ts.isJSDoc);
    return oneLine(comments.map(({ comment }) => ts.getTextOfJSDocComment(comment) ?? "").join(" "));
}

function oneLine(text: string): string {
    return text
        .replace(/\{@link ([^}]+?)\s*\}/g, "`$1`")
        .replace(/\s+/g, " ")
        .trim();
}
