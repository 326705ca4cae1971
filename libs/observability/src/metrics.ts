import type { Attributes, Meter } from '@opentelemetry/api';
import { PrometheusExporter, PrometheusSerializer } from '@opentelemetry/exporter-prometheus';
import { MeterProvider } from '@opentelemetry/sdk-metrics';

/** Upper bounds of latency histograms, in seconds. */
export const latencyBuckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** The name of a metric. The prefix tells ours from those of other programs. */
export type MetricName = `mediamesh_${string}`;

/**
 * The metrics of one app. Labels are names from the contracts, never ids or paths, so that their number is bounded.
 * The class is also the injection token.
 */
export abstract class Metrics {
  /** Adds to a counter. */
  abstract count(name: MetricName, labels?: Attributes, amount?: number): void;
  /** Records a duration in seconds. */
  abstract time(name: MetricName, seconds: number, labels?: Attributes): void;
  /** A gauge whose value is read at each scrape. */
  abstract observe(name: MetricName, read: () => number | Promise<number>, labels?: Attributes): void;
  /** The Prometheus text format. */
  abstract render(): Promise<string>;
  abstract close(): Promise<void>;
}

/** The registry of one app: several apps in one process do not share theirs. */
export function createMetrics(app: string): Metrics {
  const exporter = new PrometheusExporter({ preventServerStart: true });
  const provider = new MeterProvider({ readers: [exporter] });
  const meter: Meter = provider.getMeter(app);
  // no `target_info`: it would hold paths of the machine
  const serializer = new PrometheusSerializer(undefined, false, undefined, true);
  const counters = memoize((name) => meter.createCounter(name));
  const histograms = memoize((name) =>
    meter.createHistogram(name, { unit: 's', advice: { explicitBucketBoundaries: latencyBuckets } }),
  );
  return {
    count: (name, labels = {}, amount = 1) => counters(name).add(amount, labels),
    time: (name, seconds, labels = {}) => histograms(name).record(seconds, labels),
    observe: (name, read, labels = {}) =>
      meter.createObservableGauge(name).addCallback(async (result) => result.observe(await read(), labels)),
    render: async () => serializer.serialize((await exporter.collect()).resourceMetrics),
    close: () => provider.shutdown(),
  };
}

function memoize<T>(make: (name: string) => T): (name: string) => T {
  const made = new Map<string, T>();
  return (name) => {
    const known = made.get(name) ?? make(name);
    made.set(name, known);
    return known;
  };
}
