// An app of another program: on the ingress of an environment that is up, and in the same traces.
package main

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi/config"

	traced "example.com/pulumi-traced-environment/sdk/go/tracedenvironment"
)

const startShop = "python manage.py migrate --noinput && exec gunicorn config.wsgi:application " +
	"--bind=0.0.0.0:8000 --worker-tmp-dir=/dev/shm --no-control-socket"

func main() {
	pulumi.Run(func(ctx *pulumi.Context) error {
		settings := config.New(ctx, "")
		// The environment's stack, e.g. organization/yaml/dev, on the same Docker engine.
		environment, err := traced.NewTracedEnvironmentReference(ctx, "environment",
			&traced.TracedEnvironmentReferenceArgs{Stack: pulumi.String(settings.Require("environment"))})
		if err != nil {
			return err
		}
		preset := traced.AppPresetDjango
		orders, err := traced.NewTracedApp(ctx, "orders", &traced.TracedAppArgs{
			Image: pulumi.String(settings.Require("image")),
			// Its database is a file that goes with the container.
			Command: []string{"sh", "-c", startShop},
			Preset:  &preset,
			Django:  &traced.DjangoArgsArgs{SettingsModule: "config.settings"},
			Environment: map[string]pulumi.StringInput{
				"ALLOWED_HOSTS": pulumi.String("go.localhost"),
				"DATABASE_URL":  pulumi.String("sqlite:////tmp/shop.db"),
			},
			SecretEnvironment: map[string]pulumi.StringInput{"SECRET_KEY": settings.RequireSecret("secretKey")},
			Otlp:              environment.Otlp,
			Ingress:           environment.Ingress,
			Route:             &traced.AppRouteArgsArgs{Host: pulumi.StringRef("go.localhost")},
		})
		if err != nil {
			return err
		}
		ctx.Export("url", orders.Url)
		return nil
	})
}
