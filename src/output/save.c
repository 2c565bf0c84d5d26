#include "output/save.h"

#include <errno.h>
#include <stdlib.h>

#include "output/template.h"

static void run(struct shot_task *task)
{
	struct shot_save *save = SHOT_CONTAINER(task, struct shot_save, task);
	struct shot_blob *blob = &save->blob;
	save->is_ok = save->options.codec->encode(
		&save->frame.view, &save->options.encode, blob, &save->err);
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
	save->task.run = run;
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
		free(save);
	}
}
