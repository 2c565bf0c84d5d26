/* Memory that the X server has attached (MIT-SHM). The attachment's id is the XID of the segment.
 */
#ifndef SHOT_X11_ATTACHMENT_H
#define SHOT_X11_ATTACHMENT_H

#include "capture/source.h"

/* As in capture/source.h. The descriptor is closed once it is sent. */
void shot_attachment_send(struct shot_source *source, struct shot_attachment *attachment,
	enum shot_memory memory, int handle);
bool shot_attachment_confirm(
	struct shot_source *source, struct shot_attachment *attachment, struct shot_error *err);
void shot_attachment_detach(struct shot_source *source, struct shot_attachment *attachment);

#endif
