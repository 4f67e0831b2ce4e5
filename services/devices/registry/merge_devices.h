// Merges devices that are the same screen.
#pragma once

#include <vector>

#include "services/devices/model/device.h"

namespace marquee::devices {

// Returns `target` completed from `sources`. Its id, secret, profile and non-empty texts are kept;
// an empty name, location, install id, hardware id, profile, preset or user is filled from the
// first source that has one. Tags and groups are united, the target's first. Settings are merged at
// every depth, with the target's having precedence; for the current state, each key is taken from
// the most recently seen device. Creation time: the earliest; last seen and last paired: the
// latest.
//
// If one device is marked `perhaps_same_as` the other, it is the newer device of the same screen:
// name and location of the older one have precedence, as do the ids of the newer one, and the mark
// is removed.
Device MergeDevices(Device target, const std::vector<Device>& sources);

}  // namespace marquee::devices
