// The playlist, its sources, and requests to their servers.
import { quantile } from "./builder.mjs";

export const playlist = {
  title: "Playlist and sources",
  text: "How fresh the playlist is, which source fails, and how their servers answer.",
  panels: [
    {
      title: "Age of the playlist", kind: "stat", w: 6, h: 5, unit: "s", steps: [[null, "green"], [7200, "orange"], [10800, "red"]],
      text: "Time since the last successful refresh; -1: none since the start.",
      targets: [["max(cluster:marquee_playlist_age_seconds:max)"]],
    },
    {
      title: "Items", kind: "stat", w: 6, h: 5, steps: [[null, "red"], [1, "green"]], text: "Published items of all sources.",
      targets: [["sum(source:marquee_playlist_items:max)"]],
    },
    {
      title: "Sources that cannot be read", kind: "stat", w: 6, h: 5, steps: [[null, "green"], [1, "red"]], text: "Their last items stay in the playlist.",
      targets: [["count(max by (source) (marquee_source_up{@}) == 0) or vector(0)"]],
    },
    {
      title: "Gateways without a playlist stream", kind: "stat", w: 6, h: 5, steps: [[null, "green"], [1, "red"]],
      text: "They serve their last playlist.", targets: [["count(marquee_gateway_playlist_connected{@} == 0) or vector(0)"]],
    },
    {
      title: "Items by source", w: 12, stack: true, text: "Published items.",
      targets: [["source:marquee_playlist_items:max", "{{source}}"]],
    },
    {
      title: "Source up", w: 12, max: 1, text: "1 if the last attempt to read the source succeeded.",
      targets: [["max by (source) (marquee_source_up{@})", "{{source}}"]],
    },
    {
      title: "Age of each source", unit: "s", text: "Time since the source was last read; -1: never.", min: null,
      targets: [["max by (source) (marquee_source_age_seconds{@})", "{{source}}"]],
    },
    {
      title: "Duration of reading a source, p95", unit: "s", text: "Of reads with unchanged libraries, too.",
      targets: [[quantile(0.95, "marquee_source_fetch_seconds", ["source"]), "{{source}}"]],
    },
    {
      title: "Refreshes", unit: "s", text: "Duration of rounds over all sources.",
      targets: [[quantile(0.5, "marquee_playlist_refresh_seconds"), "median"], [quantile(0.95, "marquee_playlist_refresh_seconds"), "p95"]],
    },
    {
      title: "Warnings of refreshes in 1 h", text: "slow: over 3 s; items_cap, bytes_cap: max_items or max_mb reached; empty, shrunk: a source returned too little.",
      targets: [["sum by (kind) (increase(marquee_playlist_refresh_warnings_total{@}[1h]))", "{{kind}}"]],
    },
    {
      title: "Size of the playlist", unit: "bytes", text: "Encoded.", targets: [["max(marquee_playlist_bytes{@})", "size"]],
    },
    {
      title: "Posters with a placeholder", text: "ThumbHash and colour are known.",
      targets: [["max(marquee_playlist_placeholders{@})", "with placeholder"], ["max(marquee_gateway_playlist_items{@})", "items of the gateway"]],
    },
    {
      title: "Playlist of each gateway", unit: "s", text: "Seconds since the current playlist was published.",
      targets: [["marquee_gateway_playlist_age_seconds{@}", "{{instance}}"]],
    },
    {
      title: "Requests to servers by result", unit: "reqps", text: "Media servers, TMDB, cover hosts.",
      targets: [["sum by (upstream, result) (rate(marquee_upstream_requests_total{@}[$__rate_interval]))", "{{upstream}} {{result}}"]],
    },
    {
      title: "Duration of requests to servers, p95", unit: "s", text: "With the wait for a connection.",
      targets: [[quantile(0.95, "marquee_upstream_request_duration_seconds", ["upstream"]), "{{upstream}}"]],
    },
    {
      title: "Requests in progress", text: "In progress or waiting for a connection.",
      targets: [["sum(marquee_upstream_requests_in_flight{@})", "in progress"]],
    },
    {
      title: "Circuit breakers", max: 2, text: "0 closed, 1 half-open, 2 open (worst host).",
      targets: [["max by (upstream) (marquee_upstream_breaker_state{@})", "{{upstream}}"]],
    },
    {
      title: "Breakers opened, requests suspended", unit: "cps", text: "A host that fails is not asked again for a while.",
      targets: [["sum by (upstream) (rate(marquee_upstream_breaker_opened_total{@}[$__rate_interval]))", "{{upstream}} opened"],
        ["sum by (upstream) (rate(marquee_upstream_breaker_refused_total{@}[$__rate_interval]))", "{{upstream}} suspended"]],
    },
    {
      title: "Retries and connections", unit: "cps", text: "no_budget: not retried, because retries are bounded. New connections should be rare.",
      targets: [["sum by (upstream, result) (rate(marquee_upstream_retries_total{@}[$__rate_interval]))", "{{upstream}} {{result}}"],
        ["sum by (upstream, kind) (rate(marquee_upstream_connections_total{@}[$__rate_interval]))", "{{upstream}} {{kind}} connections"]],
    },
    {
      title: "Originals served by result", unit: "cps", text: "Posters, backgrounds and other artwork, by source.",
      targets: [["sum by (source, result) (rate(marquee_artwork_fetches_total{@}[$__rate_interval]))", "{{source}} {{result}}"],
        ["sum by (result) (rate(marquee_artwork_substitutes_total{@}[$__rate_interval]))", "from another source: {{result}}"]],
    },
    {
      title: "Bytes of originals", unit: "Bps", text: "Read from sources.",
      targets: [["sum by (source) (rate(marquee_artwork_bytes_total{@}[$__rate_interval]))", "{{source}}"]],
    },
    {
      title: "Transfers that wait or hang", steps: [[null, "green"], [1, "red"]], text: "Waiting for others of their source; hung: their time is up and a file system does not answer.",
      targets: [["sum(marquee_artwork_waiting{@})", "waiting"], ["sum(marquee_artwork_hung_reads{@})", "hung"]],
    },
    {
      title: "Files that could not be used", text: "Of local sources since the start, by reason.",
      targets: [["sum by (source, reason) (marquee_local_files_skipped_total{@}) > 0", "{{source}} {{reason}}"]],
    },
    {
      title: "Added sources and settings stream", text: "Run-time sources by state; the stream that brings them (1: open) and how often it was opened.",
      targets: [["max by (result) (marquee_sources_added{@})", "{{result}}"], ["min(marquee_settings_watch_up{@})", "stream"],
        ["sum by (result) (increase(marquee_settings_watch_streams_total{@}[1h]))", "opened in 1 h: {{result}}"]],
    },
  ],
};
