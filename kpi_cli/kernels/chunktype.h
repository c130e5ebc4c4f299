/* A column chunk of Parquet as Python holds it, to be read by one thread at a time. */
#ifndef KPI_CHUNKTYPE_H
#define KPI_CHUNKTYPE_H

typedef struct {
    PyObject_HEAD
    Py_buffer data;
    Chunk chunk;
} ChunkObject;

static int is_possible(const Chunk *chunk) {
    const int32_t size = chunk->size, width = chunk->width;
    switch (chunk->form) {
    case AS_IS: return size == width && (width == 4 || width == 8);
    case INTEGERS: return width == 16 && (size == 4 || size == 8);
    case BACKWARDS: return width == 16 && size > 0 && size <= 16;
    case TEXTS: return size == 4 && width == 4;
    default: return 0;
    }
}

static PyObject *make_chunk(PyTypeObject *type, PyObject *arguments, PyObject *names) {
    long long rows;
    int form, size, width, optional, packed;
    ChunkObject *made = (ChunkObject *)PyType_GenericAlloc(type, 0);
    (void)names;
    if (!made) return NULL;
    Chunk *chunk = &made->chunk; /* all nought */
    if (PyArg_ParseTuple(arguments, "y*L(iii)pp", &made->data, &rows, &form, &size, &width, &optional, &packed)) {
        chunk->data = made->data.buf;
        chunk->end = made->data.len;
        chunk->rows = rows;
        chunk->form = (Form)form;
        chunk->size = size;
        chunk->width = width;
        chunk->optional = optional;
        chunk->packed = packed;
        chunk->known = LACKING;
        if (is_possible(chunk)) return (PyObject *)made;
        PyErr_SetString(PyExc_ValueError, "no such column chunk");
    }
    Py_DECREF(made);
    return NULL;
}

static PyObject *read_rows(PyObject *self, PyObject *arguments) {
    Chunk *chunk = &((ChunkObject *)self)->chunk;
    Py_buffer values, bits;
    long long rows, nulls = 0;
    if (!PyArg_ParseTuple(arguments, "Lw*w*", &rows, &values, &bits)) return NULL;
    const int fits = rows >= 0 && rows <= values.len / chunk->width && rows / 8 <= bits.len - 8;
    if (fits) {
        Py_BEGIN_ALLOW_THREADS
        memset(bits.buf, 0, (size_t)bits.len);
        nulls = kernels->read_chunk(chunk, rows, values.buf, bits.buf);
        Py_END_ALLOW_THREADS
    }
    PyBuffer_Release(&values);
    PyBuffer_Release(&bits);
    if (!fits) {
        PyErr_SetString(PyExc_ValueError, "no room for as many rows");
        return NULL;
    }
    if (nulls == REFUSED) Py_RETURN_NONE;
    return PyLong_FromLongLong(nulls);
}

static PyObject *words_of(PyObject *self, PyObject *unused) {
    const Chunk *chunk = &((ChunkObject *)self)->chunk;
    const Text *ends = &chunk->ends, *words = &chunk->words;
    (void)unused;
    return Py_BuildValue("y#y#", ends->size ? (const char *)ends->bytes : "", (Py_ssize_t)ends->size,
                         words->size ? (const char *)words->bytes : "", (Py_ssize_t)words->size);
}

static void drop_chunk(PyObject *self) {
    PyTypeObject *type = Py_TYPE(self);
    Chunk *chunk = &((ChunkObject *)self)->chunk;
    free(chunk->text.bytes);
    free(chunk->words.bytes);
    free(chunk->ends.bytes);
    PyBuffer_Release(&((ChunkObject *)self)->data);
    PyObject_Free(self);
    Py_DECREF(type);
}

static PyMethodDef chunk_methods[] = {
    {"read", read_rows, METH_VARARGS, "Read the next rows; return how many hold nothing, None where it is not plain."},
    {"words", words_of, METH_NOARGS, "Return where the texts that codes stand for begin and end, and these."},
    {NULL, NULL, 0, NULL},
};

static PyType_Slot chunk_slots[] = {
    {Py_tp_new, make_chunk}, {Py_tp_dealloc, drop_chunk}, {Py_tp_methods, chunk_methods}, {0, NULL},
};

static PyType_Spec chunk_spec = {
    "kpi_cli.kernels._compiled.Chunk", sizeof(ChunkObject), 0, Py_TPFLAGS_DEFAULT, chunk_slots,
};

#endif
