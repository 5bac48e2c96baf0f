// Package shim reaches the upstream provider, which lies in an internal package: Go allows that to a module whose path
// is below the upstream's own.
package shim

import (
	"github.com/hashicorp/terraform-plugin-sdk/v2/helper/schema"
	"github.com/terraform-providers/terraform-provider-docker/internal/provider"
)

const upstreamVersion = "4.5.0"

// New returns the upstream's provider.
func New() *schema.Provider {
	return provider.New(upstreamVersion)()
}
