// Two records of one screen become one.
#pragma once

#include <vector>

#include "services/devices/model/device.h"

namespace marquee::devices {

// `target` with what `sources` knew: its id, secret, profile and whatever text it has stay; an
// empty name, location, install id, hardware id, profile, preset or user is filled by the first
// source that has one. Tags and groups are united, the target's first. Settings are merged at every
// depth with the target's on top; of the current state, each key is that of whoever was seen last.
// Created: the earliest; last seen and last paired: the latest.
//
// Where one record is marked `perhaps_same_as` the other, it is the newer record of the same
// screen: name and location of the older one win, ids of the newer one, and the mark goes.
Device MergeDevices(Device target, const std::vector<Device>& sources);

}  // namespace marquee::devices
