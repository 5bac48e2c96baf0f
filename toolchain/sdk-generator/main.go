// Writes the SDK of a Pulumi package in one language from the package's schema: the files that `pulumi package add`
// has the vendor's language hosts write. The hosts that are made from packages are too old to generate code.
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"

	golang "github.com/pulumi/pulumi/pkg/v3/codegen/go"
	"github.com/pulumi/pulumi/pkg/v3/codegen/python"
	"github.com/pulumi/pulumi/pkg/v3/codegen/schema"
)

const tool = "sdk-generator"

func main() {
	if len(os.Args) != 4 {
		fail(fmt.Errorf("usage: %s <go|python> <schema.json> <folder>", tool))
	}
	files, err := generate(os.Args[1], os.Args[2])
	if err == nil {
		err = write(files, os.Args[3])
	}
	if err != nil {
		fail(err)
	}
}

func generate(language, schemaFile string) (map[string][]byte, error) {
	text, err := os.ReadFile(schemaFile)
	if err != nil {
		return nil, err
	}
	var spec schema.PackageSpec
	if err := json.Unmarshal(text, &spec); err != nil {
		return nil, fmt.Errorf("%s is no schema: %w", schemaFile, err)
	}
	// A package that refers to no other one needs no loader.
	pkg, diagnostics, err := schema.BindSpec(spec, nil, schema.ValidationOptions{})
	if err != nil {
		return nil, err
	}
	if diagnostics.HasErrors() {
		return nil, diagnostics
	}
	// As for `pulumi package add`: the SDK is a package of its own in its language.
	pkg.SupportPack = true
	switch language {
	case "python":
		return python.GeneratePackage(tool, pkg, nil, nil)
	case "go":
		return golang.GeneratePackage(tool, pkg, nil)
	}
	return nil, fmt.Errorf("got the language %q, expected go or python", language)
}

func write(files map[string][]byte, folder string) error {
	for name, content := range files {
		file := filepath.Join(folder, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(file, content, 0o644); err != nil {
			return err
		}
	}
	return nil
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}
