/* Why a broker cannot be reached, where libmosquitto does not say. */
#ifndef SHOT_MQTT_REACH_H
#define SHOT_MQTT_REACH_H

/* Connect to `host` on `port` as the library does, to one address after the other, and hang up.
 * Returns 0 if it can be reached, else the errno of the last address, or EAGAIN if the name has
 * none. It takes time. */
int shot_mqtt_reach(const char *host, int port);

#endif
