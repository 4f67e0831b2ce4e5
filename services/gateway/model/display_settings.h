// The settings of a display: what displays expect where nobody has set anything, and what people
// set laid over it.
#pragma once

#include <boost/json/object.hpp>
#include <string_view>

namespace marquee::gateway {

// Every key that displays know, in the order in which the display protocol lists them, without
// those that are made from sources (mediaServers, localDirectory) and from who asks (deviceMgmt).
const boost::json::object& DefaultSettings();

// `set` laid over the defaults: objects merge key by key at every depth, anything else replaces.
// Keys that the defaults do not have come last. Of `set`, what is made elsewhere is left out: it
// could only be wrong, or a secret.
boost::json::object SettingsOfDisplay(const boost::json::object& set);

// `settings` without what looks like a secret by its name or value (libs/base/secret_names.h), at
// any depth: displays are strangers, however it came into the document.
boost::json::object WithoutSecrets(const boost::json::object& settings);

// Whether a display may ask for albums, or for games, instead of films and series.
bool WantsMusic(const boost::json::object& settings);
bool WantsGames(const boost::json::object& settings);

// How long a display shows one thing, if it changes together with others; 0: it does not.
int64_t SyncPeriodMs(const boost::json::object& settings);

}  // namespace marquee::gateway
