#include "output/save.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "image/scale.h"
#include "output/template.h"

/* Makes the picture as narrow as the options want it, which lets go of the frame's pixels. */
static bool shrink(struct shot_save *save)
{
	struct shot_view *view = &save->frame.view, small;
	struct shot_origin *origin = &save->options.encode.origin;
	int32_t width = save->options.width;
	if (width == 0 || width >= view->width) {
		return true;
	}
	int64_t height = ((int64_t)view->height * width + view->width / 2) / view->width;
	if (!shot_view_scale(view, width, height > 0 ? (int32_t)height : 1, SHOT_FILTER_BOX, &small,
		    &save->err)) {
		return false;
	}
	origin->dots_per_mm_x *= (double)width / view->width;
	origin->dots_per_mm_y *= (double)small.height / view->height;
	origin->rect.width = small.width;
	origin->rect.height = small.height;
	shot_view_unref(view);
	*view = small;
	return true;
}

void shot_save_run(struct shot_task *task)
{
	struct shot_save *save = SHOT_CONTAINER(task, struct shot_save, task);
	struct shot_blob *blob = &save->blob;
	save->is_ok = shrink(save) && save->options.codec->encode(&save->frame.view,
					      &save->options.encode, blob, &save->err);
	shot_view_unref(&save->frame.view);
	if (*save->path.text) {
		save->is_ok = save->is_ok && shot_file_save_all(&save->path, blob->data, blob->size,
						     &save->options.file, save->stop, &save->err);
		shot_blob_finish(blob);
	}
}

struct shot_save *shot_save_create(const struct shot_frame *frame,
	const struct shot_save_options *options, const char *template, struct shot_error *err)
{
	struct shot_save *save = calloc(1, sizeof *save);
	if (!save) {
		shot_fail_errno(err, ENOMEM, "cannot save %s", template ? template : "a picture");
		return NULL;
	}
	const struct shot_template_fields fields = {
		.origin = options->encode.origin, .sequence = frame->sequence};
	if (template && !shot_template_expand(template, &fields, &save->path, err)) {
		free(save);
		return NULL;
	}
	save->task.run = shot_save_run;
	save->file = -1;
	save->options = *options;
	save->frame = *frame;
	save->options.encode.origin.source = save->frame.source;
	shot_view_ref(&save->frame.view);
	return save;
}

void shot_save_destroy(struct shot_save *save)
{
	if (save) {
		shot_view_unref(&save->frame.view);
		shot_blob_finish(&save->blob);
		if (save->file >= 0) {
			close(save->file);
		}
		free(save);
	}
}
