// What holds for every OpenTelemetry SDK of an environment, the ingress's and the apps'.

/**
 * The milliseconds that an SDK gathers spans before it sends them (`OTEL_BSP_SCHEDULE_DELAY`; 5000 by default): a killed
 * process loses the spans of one second, and a trace is whole soon after its request.
 */
export const SCHEDULE_DELAY = "1000";
