/* libyuv: pixel formats and sizes with the processor's vector instructions. It depends on the C++
 * library and a JPEG decoder, which would slow down every start, so it is loaded on first use.
 */
#ifndef SHOT_IMAGE_YUV_H
#define SHOT_IMAGE_YUV_H

#include <libyuv.h>

/* The functions that luashot uses, by their own names; yuv.c lists these in the same order. */
struct shot_yuv {
	__typeof__(ABGRToARGB) *ABGRToARGB;
	__typeof__(ABGRToJ400) *ABGRToJ400;
	__typeof__(ARGBCopy) *ARGBCopy;
	__typeof__(ARGBToABGR) *ARGBToABGR;
	__typeof__(ARGBToI420) *ARGBToI420;
	__typeof__(ARGBToJ400) *ARGBToJ400;
	__typeof__(ARGBToNV12) *ARGBToNV12;
	__typeof__(ARGBToRAW) *ARGBToRAW;
	__typeof__(ARGBToRGB24) *ARGBToRGB24;
	__typeof__(J400ToARGB) *J400ToARGB;
	__typeof__(RAWToARGB) *RAWToARGB;
	__typeof__(RAWToJ400) *RAWToJ400;
	__typeof__(RAWToRGB24) *RAWToRGB24;
	__typeof__(RGB24ToARGB) *RGB24ToARGB;
	__typeof__(RGB24ToJ400) *RGB24ToJ400;
};

/* On any thread. NULL where libyuv is not installed, or lacks one of the functions. */
const struct shot_yuv *shot_yuv(void);

#endif
