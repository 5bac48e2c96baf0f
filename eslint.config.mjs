// Lint rules: the recommended ones, and which part of this package may import which.
import eslint from "@eslint/js";
import tseslint from "typescript-eslint";

const ROLES = ["storage", "tracing", "app", "ingress", "observability"];
const OUTSIDE = ["infra", "scripts", "toolchain", "tests", "bench", "examples"];

/** Refuses imports, in whatever form, of modules whose name matches. */
function refuseImports(rules) {
    return {
        "no-restricted-imports": ["error", { patterns: rules.map(({ regex, message }) => ({ regex, message })) }],
        "no-restricted-syntax": [
            "error",
            ...rules.flatMap(({ regex, message }) => {
                const name = `/${regex.replaceAll("/", "\\/")}/`;
                return [
                    { selector: `ImportExpression[source.value=${name}]`, message },
                    { selector: `CallExpression[callee.name="require"][arguments.0.value=${name}]`, message },
                    { selector: `TSImportType[argument.literal.value=${name}]`, message },
                ];
            }),
        ],
    };
}

/** Refuses imports of other rooms of components/, written as paths that leave the own one. */
function rooms(names, message) {
    return { regex: `^(\\.\\./)+(components/)?(${names.join("|")})(/|$)`, message };
}

const outside = {
    regex: `^(\\.\\./)+(${OUTSIDE.join("|")})(/|$)`,
    message: "components/ is the library: it imports nothing of what uses, builds or tests it.",
};
const providerSdks = {
    regex: "^@pulumi/(docker|kubernetes)(/|$)",
    message: "Only components/platform imports a provider SDK: return a Workload instead.",
};
const platforms = {
    regex: "(^|/)platform/(docker|kubernetes)(/|$)",
    message: "Only components/platform knows the platforms: import ../platform instead.",
};
const upwards = "Imports go one way: environment -> roles -> platform -> support.";

// A role may have a default platform and pass the kind on, but not look at it.
const branches = [
    'BinaryExpression[operator=/^[!=]==?$/] > MemberExpression[object.name="PlatformKind"]',
    'BinaryExpression[operator=/^[!=]==?$/] > MemberExpression[property.name="platform"]',
    'BinaryExpression[operator=/^[!=]==?$/] > Identifier[name="platform"]',
    'SwitchStatement[discriminant.name="platform"], SwitchStatement[discriminant.property.name="platform"]',
].map((selector) => ({
    selector,
    message: "A role does not branch on the platform: what differs belongs to components/platform.",
}));

function withBranches(rules) {
    return { ...rules, "no-restricted-syntax": [...rules["no-restricted-syntax"], ...branches] };
}

export default tseslint.config(
    { ignores: ["**/node_modules/", "dist/", "coverage/"] },
    eslint.configs.recommended,
    ...tseslint.configs.recommended,
    {
        rules: {
            // Provider SDKs and commands are loaded only when they are used.
            "@typescript-eslint/no-require-imports": "off",
            "@typescript-eslint/no-unused-vars": [
                "error",
                { argsIgnorePattern: "^_", varsIgnorePattern: "^_", destructuredArrayIgnorePattern: "^_" },
            ],
            eqeqeq: "error",
            // Control characters are matched on purpose: to take them out of what servers answer.
            "no-control-regex": "off",
            "no-console": "error",
        },
    },
    {
        files: ["**/*.js"],
        languageOptions: {
            sourceType: "commonjs",
            globals: Object.fromEntries(
                ["require", "module", "process", "console", "__dirname", "__filename", "Buffer"].map((name) => [
                    name,
                    "readonly",
                ]),
            ),
        },
    },
    // Mocks and documents are given back as what they are.
    { files: ["tests/**/*.ts"], rules: { "@typescript-eslint/no-explicit-any": "off" } },
    { files: ["components/**/*.ts"], rules: refuseImports([outside]) },
    {
        files: ["components/support/**/*.ts"],
        rules: refuseImports([outside, providerSdks, rooms(["platform", ...ROLES, "environment"], upwards)]),
    },
    {
        files: ["components/platform/**/*.ts"],
        rules: refuseImports([outside, rooms([...ROLES, "environment"], upwards)]),
    },
    {
        files: ROLES.map((role) => `components/${role}/**/*.ts`),
        rules: withBranches(refuseImports([outside, providerSdks, platforms, rooms(["environment"], upwards)])),
    },
    {
        files: ["components/environment/**/*.ts"],
        rules: withBranches(refuseImports([outside, providerSdks, platforms])),
    },
);
