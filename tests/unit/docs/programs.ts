// The TypeScript of the documentation and what the package offers, as the compiler sees them.
import * as path from "node:path";

import * as ts from "typescript";

import { ROOT } from "./pages";

/** The package's door. */
const INDEX = path.join(ROOT, "components/index.ts");

const { compilerOptions } = ts.readConfigFile(path.join(ROOT, "tsconfig.json"), ts.sys.readFile).config as {
    compilerOptions: object;
};
const { options } = ts.convertCompilerOptionsFromJson(compilerOptions, ROOT);

/** One program over all texts, each as a file of its name beside the pages, and over the package. */
export function programOf(texts: ReadonlyMap<string, string>, index = INDEX): ts.Program {
    const files = new Map([...texts].map(([name, text]) => [path.join(ROOT, "docs", name), text]));
    const settings = { ...options, types: ["node"], paths: { "traced-environment": [index] } };
    const host = ts.createCompilerHost(settings);
    const { getSourceFile, fileExists } = host;
    host.fileExists = (file) => files.has(file) || fileExists(file);
    host.getSourceFile = (file, how, ...more) => {
        const text = files.get(file);
        return text === undefined ? getSourceFile(file, how, ...more) : ts.createSourceFile(file, text, how);
    };
    return ts.createProgram([...files.keys(), index], settings, host);
}

/** What is wrong with the texts of a program, each error on a line. */
export function errorsIn(program: ts.Program, names: Iterable<string>): string[] {
    return [...names].flatMap((name) => {
        const file = program.getSourceFile(path.join(ROOT, "docs", name));
        return [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)].map(
            ({ messageText }) => `${name}: ${ts.flattenDiagnosticMessageText(messageText, " ")}`,
        );
    });
}

/** Something that is exported, or a member of it. */
export interface Public {
    /** `TracedApp` or `TracedApp.url`. */
    name: string;
    /** Whether a comment says what it is. */
    described: boolean;
}

/** All that a package exports, with all that can be seen of it; what is inherited from elsewhere is not its own. */
export function surface(program: ts.Program, index = INDEX): Public[] {
    const checker = program.getTypeChecker();
    const folder = path.dirname(index);
    const door = checker.getSymbolAtLocation(program.getSourceFile(index) as ts.SourceFile) as ts.Symbol;
    const isOwn = ({ declarations = [] }: ts.Symbol) =>
        declarations.some((node) => path.resolve(node.getSourceFile().fileName).startsWith(`${folder}${path.sep}`));
    const isPublic = ({ declarations = [] }: ts.Symbol) =>
        declarations.every(
            (node) => (ts.getCombinedModifierFlags(node) & (ts.ModifierFlags.Private | ts.ModifierFlags.Protected)) === 0,
        );
    const described = (symbol: ts.Symbol) => symbol.getDocumentationComment(checker).length > 0;
    const membersOf = (symbol: ts.Symbol): ts.Symbol[] => [
        // Of a text, such as one of a set of values, the members are those of every text.
        ...(symbol.flags & (ts.SymbolFlags.Class | ts.SymbolFlags.Interface | ts.SymbolFlags.TypeAlias)
            ? checker.getPropertiesOfType(checker.getDeclaredTypeOfSymbol(symbol))
            : []),
        ...(symbol.flags & ts.SymbolFlags.Value ? checker.getPropertiesOfType(checker.getTypeOfSymbol(symbol)) : []),
    ];
    return checker.getExportsOfModule(door).flatMap((exported) => {
        const symbol = exported.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(exported) : exported;
        const members = membersOf(symbol).filter((member) => member.name !== "prototype" && isOwn(member) && isPublic(member));
        return [
            { name: exported.name, described: described(symbol) },
            ...members.map((member) => ({ name: `${exported.name}.${member.name}`, described: described(member) })),
        ];
    });
}
