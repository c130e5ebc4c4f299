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
    case WIDENED: return width == 8 && size == 4;
    case BACKWARDS: return width == 8 && size > 0 && size <= 16;
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

/* The next rows of a chunk and where they go. */
typedef struct {
    Chunk *chunk;
    Py_buffer values, bits;
    int64_t nulls;
} Reading;

static PyTypeObject *chunk_type;

static int is_ready(Reading *reading, PyObject *wanted, int64_t rows) {
    PyObject *chunk;
    if (!PyTuple_Check(wanted)) {
        PyErr_SetString(PyExc_TypeError, "a chunk comes as a tuple with the buffers that it is read into");
        return 0;
    }
    if (!PyArg_ParseTuple(wanted, "O!w*w*", chunk_type, &chunk, &reading->values, &reading->bits)) return 0;
    reading->chunk = &((ChunkObject *)chunk)->chunk;
    if (rows >= 0 && rows <= reading->values.len / reading->chunk->width && rows / 8 <= reading->bits.len - 8) return 1;
    PyErr_SetString(PyExc_ValueError, "no room for as many rows");
    return 0;
}

static PyObject *told_nulls(const Reading *readings, Py_ssize_t size) {
    PyObject *list = PyList_New(size);
    for (Py_ssize_t place = 0; list && place < size; place++) {
        const int64_t nulls = readings[place].nulls;
        PyObject *one = nulls == REFUSED ? Py_BuildValue("") : PyLong_FromLongLong(nulls);
        if (!one || PyList_SetItem(list, place, one) < 0) Py_CLEAR(list);
    }
    return list;
}

static PyObject *read_rows(PyObject *module, PyObject *arguments) {
    PyObject *wanted, *found = NULL;
    long long rows;
    (void)module;
    if (!PyArg_ParseTuple(arguments, "LO!", &rows, &PyTuple_Type, &wanted)) return NULL;
    const Py_ssize_t size = PyTuple_Size(wanted);
    Reading *readings = PyMem_Calloc((size_t)size + 1, sizeof *readings);
    if (!readings) return PyErr_NoMemory();
    Py_ssize_t ready = 0;
    while (ready < size && is_ready(&readings[ready], PyTuple_GetItem(wanted, ready), rows)) ready++;
    if (ready == size) {
        Py_BEGIN_ALLOW_THREADS
        for (Py_ssize_t place = 0; place < size; place++) {
            Reading *one = &readings[place];
            memset(one->bits.buf, 0, (size_t)one->bits.len);
            one->nulls = kernels->read_chunk(one->chunk, rows, one->values.buf, one->bits.buf);
        }
        Py_END_ALLOW_THREADS
        found = told_nulls(readings, size);
    }
    for (Py_ssize_t place = 0; place < size; place++) { /* those that were never filled hold nothing */
        PyBuffer_Release(&readings[place].values);
        PyBuffer_Release(&readings[place].bits);
    }
    PyMem_Free(readings);
    return found;
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
