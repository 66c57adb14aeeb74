create type vector;

create function vector_in(cstring, oid, integer) returns vector
    language internal immutable strict parallel safe as 'textin';

create function vector_out(vector) returns cstring
    language internal immutable strict parallel safe as 'textout';

create function vector_typmod_in(cstring[]) returns integer
    language internal immutable strict parallel safe as 'varchartypmodin';

create function vector_typmod_out(integer) returns cstring
    language internal immutable strict parallel safe as 'varchartypmodout';

create type vector (
    input = vector_in,
    output = vector_out,
    typmod_in = vector_typmod_in,
    typmod_out = vector_typmod_out,
    like = text
);
