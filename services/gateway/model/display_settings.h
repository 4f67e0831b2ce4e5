// The settings of a display: the defaults that displays expect, with the configured settings
// applied.
#pragma once

#include <boost/json/object.hpp>
#include <string_view>

namespace marquee::gateway {

// Every setting that displays know, in the order of the display protocol, except those computed
// from sources (mediaServers, localDirectory) and from the request (deviceMgmt).
const boost::json::object& DefaultSettings();

// The defaults with `set` applied: objects merge key by key at every depth, other values replace.
// Unknown keys come last. Keys of `set` that the gateway computes are ignored: they could only be
// wrong or contain a secret.
boost::json::object SettingsOfDisplay(const boost::json::object& set);

// `settings` without values that look like secrets by name or value (libs/base/secret_names.h), at
// any depth, because displays are not authenticated when they read their settings.
boost::json::object WithoutSecrets(const boost::json::object& settings);

// Whether a display may request albums, or games, instead of films and series.
bool WantsMusic(const boost::json::object& settings);
bool WantsGames(const boost::json::object& settings);

// How long a display shows one title if it changes in sync with others; 0: it does not.
int64_t SyncPeriodMs(const boost::json::object& settings);

}  // namespace marquee::gateway
